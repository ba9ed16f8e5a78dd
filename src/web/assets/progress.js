// Without this file the page loads itself anew. With it, only how far the import is changes, so that a screen reader says it once.
const PAUSE = 1000;

const look = async () => {
  const answer = await fetch(location.href).catch(() => undefined);
  const next = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined;
  const now = next?.getElementById('progress');
  if (next && !now) return location.reload(); // it has ended
  const shown = document.getElementById('progress');
  if (now && now.textContent !== shown.textContent) shown.innerHTML = now.innerHTML;
  setTimeout(look, PAUSE);
};
setTimeout(look, PAUSE);
