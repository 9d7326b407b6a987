// The keyboard belongs to the console from its first frame on.
window.addEventListener("DOMContentLoaded", () => {
  document.getElementById("again").addEventListener("click", () => window.location.reload());
  new MutationObserver((_, seen) => {
    if (document.body.classList.contains("-first-byte")) {
      document.querySelector(".xterm-helper-textarea").focus();
      seen.disconnect();
    }
  }).observe(document.body, { attributeFilter: ["class"] });
});
