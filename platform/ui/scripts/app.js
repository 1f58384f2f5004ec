// Every page works without this file; it only makes some things quicker and safer.
import "./appearance.js";
import "./column-order.js";
import "./command-search.js";
import "./confirm.js";
import "./copy.js";
import "./field-waiting.js";
import "./file-drop.js";
import "./job-progress.js";
import "./menu.js";
import "./open-dialog.js";
import "./passkeys.js";
import "./push-device.js";
import "./rows.js";
import "./secret.js";
import "./toast-stack.js";
import "./type-ahead.js";
// After the references, whose values a draft puts back; before the guard, which must see a form last.
import "./draft-form.js";
import "./validation.js";
import "./sending.js";
