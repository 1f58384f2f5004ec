// Every page works without this file; it only makes some things quicker and safer.
import "./appearance.js";
import "./confirm.js";
import "./copy.js";
import "./menu.js";
import "./passkeys.js";
import "./secret.js";
import "./sending.js";
