/** What every page loads: the styles, and the focus on the summary of a form's errors. */

import "../styles/main.css";

document.querySelector<HTMLElement>("[data-error-summary]")?.focus();
