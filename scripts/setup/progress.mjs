const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** @param {number} startedAtMs */
const secondsSince = (startedAtMs) => `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`

/**
 * Shows steps as lines: on a terminal one line is rewritten while a step runs; elsewhere (a log file, CI)
 * each step is one line, written when it ends.
 */
export class Progress {
  /** @param {NodeJS.WriteStream} out */
  constructor(out = process.stdout) {
    this.out = out
    /** @type {Map<string, { startedAtMs: number, detail: string }>} */
    this.running = new Map()
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined
    this.frame = 0
  }

  /** @param {string} title */
  start(title) {
    this.running.set(title, { startedAtMs: Date.now(), detail: '' })
    if (!this.out.isTTY) return
    this.timer ??= setInterval(() => this.draw(), 100)
    this.draw()
  }

  /**
   * What the step is doing right now, in a few words; seen on a terminal only.
   * @param {string} title
   * @param {string} detail
   */
  detail(title, detail) {
    const step = this.running.get(title)
    if (step !== undefined) step.detail = detail
  }

  /**
   * @param {string} title
   * @param {'done' | 'failed' | 'skipped'} outcome
   * @param {string} [note] stands behind the time
   */
  end(title, outcome, note = '') {
    const step = this.running.get(title)
    this.running.delete(title)
    const mark = { done: '✓', failed: '✗', skipped: '–' }[outcome]
    const time = step === undefined ? '' : `  ${secondsSince(step.startedAtMs)}`
    this.line(`${mark} ${title}${time}${note === '' ? '' : `  ${note}`}`)
  }

  /**
   * Writes a whole line above the one that is rewritten.
   * @param {string} text
   */
  line(text) {
    this.clear()
    this.out.write(`${text}\n`)
    if (this.running.size === 0) this.stop()
    else if (this.out.isTTY) this.draw()
  }

  /**
   * Runs one step from its first line to its last.
   * @template T
   * @param {string} title
   * @param {(detail: (text: string) => void) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    this.start(title)
    try {
      const result = await work((text) => this.detail(title, text))
      this.end(title, 'done')
      return result
    } catch (error) {
      this.end(title, 'failed')
      throw error
    }
  }

  clear() {
    if (this.out.isTTY) this.out.write('\r\x1b[K')
  }

  stop() {
    clearInterval(this.timer)
    this.timer = undefined
  }

  draw() {
    this.frame = (this.frame + 1) % FRAMES.length
    const steps = [...this.running].map(([title, { startedAtMs, detail }]) => {
      return `${title}  ${secondsSince(startedAtMs)}${detail === '' ? '' : `  ${detail}`}`
    })
    const text = `${FRAMES[this.frame]} ${steps.join('  ·  ')}`
    this.out.write(`\r\x1b[K${text.slice(0, Math.max(20, (this.out.columns ?? 80) - 1))}`)
  }
}
