import { nextTick, onBeforeUpdate, onMounted, onUpdated, type Ref } from 'vue'

const LEADS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'] as const
type Lead = (typeof LEADS)[number]

const isLead = (key: string): key is Lead => (LEADS as readonly string[]).includes(key)

/** The card that is nearest above or below, by where the cards stand now. */
function beside(cards: readonly HTMLElement[], from: HTMLElement, step: 1 | -1): HTMLElement | undefined {
  const here = from.getBoundingClientRect()
  const ahead = cards.filter((card) => (card.getBoundingClientRect().top - here.top) * step > here.height / 2)
  const rowTop = (step === 1 ? Math.min : Math.max)(...ahead.map((card) => card.getBoundingClientRect().top))
  return ahead
    .filter((card) => card.getBoundingClientRect().top === rowTop)
    .sort((one, other) => distance(one, here) - distance(other, here))[0]
}
const distance = (card: HTMLElement, here: DOMRect) => Math.abs(card.getBoundingClientRect().left - here.left)

/**
 * Cards that are one stop of the Tab key together: arrow keys move among them, over the borders of their sections.
 * The stop is the card that had the focus last, else the chosen one, else the first.
 */
export function useCardKeys(area: Readonly<Ref<HTMLElement | null>>) {
  let last: HTMLElement | null = null
  const cards = () => [...(area.value?.querySelectorAll<HTMLElement>('[data-card] > button:not(:disabled)') ?? [])]

  function setStop(): void {
    const all = cards()
    const stop =
      all.find((card) => card === last) ??
      all.find((card) => card.getAttribute('aria-pressed') === 'true') ??
      all[0] ??
      null
    for (const card of all) card.tabIndex = card === stop ? 0 : -1
  }
  function focus(card: HTMLElement | undefined): void {
    if (card === undefined) return
    last = card
    setStop()
    card.focus()
  }

  function onKey(event: KeyboardEvent): void {
    if (!isLead(event.key) || !(event.target instanceof HTMLElement)) return
    const all = cards()
    const at = all.indexOf(event.target)
    const from = all[at]
    if (from === undefined) return
    const to: Record<Lead, () => HTMLElement | undefined> = {
      ArrowRight: () => all[at + 1],
      ArrowLeft: () => all[at - 1],
      ArrowDown: () => beside(all, from, 1),
      ArrowUp: () => beside(all, from, -1),
      Home: () => all[0],
      End: () => all.at(-1),
    }
    event.preventDefault()
    focus(to[event.key]())
  }

  onMounted(setStop)
  onUpdated(setStop)
  onBeforeUpdate(() => {
    if (last !== null && !last.isConnected) last = null
  })

  return {
    listeners: { onKeydown: onKey },
    /** From the search box down to the cards. */
    focusFirst: () =>
      nextTick(() => {
        focus(cards()[0])
      }),
  }
}
