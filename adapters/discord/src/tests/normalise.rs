//! What events are to the desk.
