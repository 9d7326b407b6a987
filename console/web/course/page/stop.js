// Stop asks once more, and leaves for good.
window.addEventListener("DOMContentLoaded", () => {
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
});
