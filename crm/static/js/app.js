// Each behaviour improves a page that works without it; each stands in a file of its own.
import "htmx.org";
import "./behaviours/choice.js";
import "./behaviours/copy.js";
import "./behaviours/dialog.js";
import "./behaviours/filters.js";
import "./behaviours/list-entry.js";
import "./behaviours/live.js";
import "./behaviours/menu.js";
import "./behaviours/once.js";
import "./behaviours/press.js";
import "./behaviours/quick-search.js";
import "./behaviours/select-all.js";
import "./behaviours/shortcuts.js";
import "./behaviours/theme.js";
import "./behaviours/unsaved.js";
import "./attendance.js";
import "./calls.js";
