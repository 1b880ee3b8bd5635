// Suggestions below each search field, by the ARIA pattern of an editable combobox with a list; `/` goes to the field;
// and which hit of a results page was opened, told without saying by whom. Without this script the forms work as they are.
(() => {
  'use strict'
  const WAIT = 120 // ms without another key before the site is asked
  const LEAST = 2 // characters
  const fields = document.querySelectorAll('input[type=search][name=q]')

  const make = (name, attributes, ...children) => {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...children)
    return made
  }

  // icd10cm → ICD-10-CM, with hyphens that hold a line together
  const named = system => system.replace(/^icd(\d+)/, 'icd\u2011$1\u2011').toUpperCase()

  function suggestFor(field) {
    const list = make('ul', { role: 'listbox', id: field.id + '-options', class: 'codes options', 'aria-label': 'Codes', hidden: '' })
    const news = make('p', { role: 'status', class: 'hidden' })
    field.after(list)
    field.form.append(news)
    let found = [] // what is listed
    let active = -1 // which of them the arrows are at
    let timer = 0
    let asking = null // the request under way

    const say = (name, value) => field.setAttribute('aria-' + name, value)
    field.setAttribute('role', 'combobox')
    say('autocomplete', 'list')
    say('controls', list.id)
    close()

    function close() {
      clearTimeout(timer)
      asking?.abort()
      list.hidden = true
      say('expanded', 'false')
      activate(-1)
    }

    function activate(place) {
      list.children[active]?.removeAttribute('aria-selected')
      active = place
      const option = list.hidden ? null : list.children[place]
      if (!option) return field.removeAttribute('aria-activedescendant')
      option.setAttribute('aria-selected', 'true')
      option.scrollIntoView({ block: 'nearest' })
      say('activedescendant', option.id)
    }

    function show(hits) {
      found = hits
      list.replaceChildren(...hits.map((hit, place) => make(
        'li', { role: 'option', id: `${list.id}-${place}` },
        make('b', {}, hit.code), make('span', {}, hit.title + ' ', make('small', { class: 'aside' }, named(hit.system))),
      )))
      active = -1
      news.textContent = hits.length ? `${hits.length} suggestion${hits.length > 1 ? 's' : ''}. Up and down arrows choose.` : 'No suggestions.'
      if (!hits.length) return close()
      list.style.top = `${field.offsetTop + field.offsetHeight + 2}px`
      list.hidden = false
      say('expanded', 'true')
      activate(-1)
    }

    async function ask() {
      const text = field.value.trim()
      asking?.abort()
      if (text.length < LEAST) {
        news.textContent = ''
        return close()
      }
      const mine = asking = new AbortController()
      try {
        const answer = await fetch('/codes/suggest/?q=' + encodeURIComponent(text), { signal: mine.signal })
        if (!answer.ok) return close()
        const hits = await answer.json()
        if (!mine.signal.aborted && document.activeElement === field) show(hits)
      } catch {
        // Overtaken by the next letter, or no network: the form still works.
      }
    }

    const open = place => location.assign(found[place].url)
    const last = () => list.children.length - 1
    // What a key does; false where it keeps its own meaning. From below the last the arrows lead back to the field.
    const keys = {
      ArrowDown: () => list.hidden ? ask() : activate(active === last() ? -1 : active + 1),
      ArrowUp: () => list.hidden ? ask() : activate(active === -1 ? last() : active - 1),
      Home: () => active < 0 ? false : activate(0),
      End: () => active < 0 ? false : activate(last()),
      Enter: () => active < 0 ? (close(), false) : open(active),
      Escape: () => list.hidden ? (close(), false) : close(),
      ArrowLeft: () => (activate(-1), false),
      ArrowRight: () => (activate(-1), false),
      Tab: () => (close(), false),
    }
    field.addEventListener('keydown', event => {
      const act = event.isComposing || event.ctrlKey || event.metaKey ? null : keys[event.key]
      if (act && act() !== false) event.preventDefault()
    })
    field.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(ask, WAIT)
    })
    field.addEventListener('blur', close)
    field.form.addEventListener('submit', close)
    list.addEventListener('mousedown', event => event.preventDefault()) // the field keeps the focus
    list.addEventListener('click', event => {
      const option = event.target.closest('[role=option]')
      if (option) open([...list.children].indexOf(option))
    })
  }

  const writes = it => it && (it.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(it.tagName))
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writes(document.activeElement) || !fields.length || !box.checked) return
    event.preventDefault()
    fields[0].focus()
    fields[0].select()
  })

  // `/` is switched in the search's help (WCAG 2.1.4), and off where no choice is kept.
  let kept = { slash: 'off' }
  try {
    kept = localStorage ?? kept
  } catch {}
  const box = document.querySelector('#slash') ?? make('input', {})
  function show() {
    box.checked = kept.slash !== 'off'
    fields[0]?.setAttribute('aria-keyshortcuts', box.checked ? '/' : '')
  }
  box.addEventListener('change', () => show(kept.slash = box.checked ? 'on' : 'off'))
  box.parentNode?.removeAttribute('hidden')
  show()

  function tell(event) {
    const hit = event.button < 2 && event.target.closest('[data-hit] a')?.closest('[data-hit]')
    const query = new URLSearchParams(location.search).get('q')
    if (hit && query) navigator.sendBeacon('/codes/search/chosen/', new URLSearchParams({ q: query, system: hit.dataset.system, code: hit.dataset.code }))
  }
  document.addEventListener('click', tell)
  document.addEventListener('auxclick', tell)

  fields.forEach(suggestFor)
})()
