import hosts from './features/hosts/hosts.en.ts'
import images from './features/images/images.en.ts'
import machines from './features/machines/machines.en.ts'
import window from './features/window/window.en.ts'

/** As in theme.css and the components of features/window, whose frame this is. */
const style = `
.first { --page: #f4f3f0; --surface: #fff; --line: #dddbd5; --text: #1b1c1e; --muted: #5c5e63; --soft: #dcefec;
  display: grid; height: 100vh; background: var(--page); color: var(--text); font: 13px/1.45 system-ui, 'Segoe UI', Cantarell, 'Noto Sans', sans-serif;
  grid-template: 44px minmax(0, 1fr) 26px / clamp(168px, 17vw, 232px) minmax(0, 1fr); grid-template-areas: 'top top' 'side body' 'foot foot' }
@media (prefers-color-scheme: dark) { .first { --page: #141517; --surface: #1c1d20; --line: #303237; --text: #ececea; --muted: #a6a8ad; --soft: #16332f } }
.first > * { background: var(--surface) }
.first > :nth-child(1) { grid-area: top; display: flex; align-items: center; padding-inline: 12px; border-bottom: 1px solid var(--line); font-weight: 600; font-size: 14px }
.first > :nth-child(2) { grid-area: side; display: flex; flex-direction: column; padding-block: 8px; border-inline-end: 1px solid var(--line) }
.first > :nth-child(3) { grid-area: foot; border-top: 1px solid var(--line) }
.first p { display: flex; align-items: center; height: 28px; margin: 0 6px; padding-inline: 8px; border-radius: 5px }
.first p:last-child { margin-top: auto; margin-inline-end: 44px }
.first p:first-child { background: var(--soft); font-weight: 600 }
.first b { display: block; padding: 10px 14px 4px; color: var(--muted); font-size: 11px; font-weight: 600 }
body { margin: 0 }`

/**
 * The window's frame with its places, as text in the document: it is painted before a style sheet or a script has come,
 * and replaced by the real one. Nothing in it can be pressed or is read aloud.
 */
export function firstPaint(): string {
  const places = (...names: string[]) => names.map((name) => `<p>${name}</p>`).join('')
  return [
    `<style nonce="__STRATA_NONCE__">${style}</style>`,
    '<div class="first" aria-hidden="true">',
    `<div>${window.title}</div>`,
    `<div>${places(machines.title)}<b>${hosts.title}</b><b>${window.resources}</b>${places(images.title, window.trash, window.settings)}</div>`,
    '<div></div>',
    '</div>',
  ].join('')
}
