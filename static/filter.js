// A form marked data-filter="#where" shows its answer there while one types; without this script it is a plain form.
for (const form of document.querySelectorAll("form[data-filter]")) {
  const where = document.querySelector(form.dataset.filter);
  let timer, asked;
  const show = async () => {
    const url = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { signal: asked.signal });
      if (!answer.ok || answer.redirected) return form.submit();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      where.replaceChildren(...page.querySelector(form.dataset.filter).childNodes);
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 200); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); show(); });
}
