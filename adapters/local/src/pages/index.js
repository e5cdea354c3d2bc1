// The page with the two doors.

import { speak } from "/assets/common.js";

speak(() => {});
