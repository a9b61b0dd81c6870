// Before anything is drawn: whether scripts run. What only works with them is hidden without (css/shell.css).
document.documentElement.classList.add("js");
