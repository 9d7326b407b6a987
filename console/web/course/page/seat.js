// The keyboard belongs to the console from its first frame on. Stop asks once more, and leaves for good.
window.addEventListener("DOMContentLoaded", () => {
  document.getElementById("again").addEventListener("click", () => window.location.reload());
  const stop = document.getElementById("stop");
  const word = stop.textContent;
  let sure = false;
  stop.addEventListener("click", async () => {
    if (!sure) {
      sure = true;
      stop.textContent = stop.dataset.sure;
      window.setTimeout(() => {
        sure = false;
        stop.textContent = word;
      }, 8000);
      return;
    }
    const answer = await fetch("/stop", { method: "POST" });
    window.location.assign((await answer.json()).to);
  });
  new MutationObserver((_, seen) => {
    if (document.body.classList.contains("-first-byte")) {
      document.querySelector(".xterm-helper-textarea").focus();
      seen.disconnect();
    }
  }).observe(document.body, { attributeFilter: ["class"] });
});
