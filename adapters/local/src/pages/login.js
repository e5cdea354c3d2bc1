// Asks for the credential once; the browser keeps a cookie.

import { $, ask, speak } from "/assets/common.js";

speak(() => {});
$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("login-error").textContent = "";
  try {
    await ask("POST", "/api/login", { body: { credential: $("credential").value } });
    location.assign("/");
  } catch (refused) {
    $("login-error").textContent = refused.error;
    $("credential").select();
  }
});
