import { HISTORY_LENGTH, type KeptSeries } from './host-history.ts'

/** Samples drawn as one point: ten minutes become 100 points. */
const BUCKET = 6
const POINTS = HISTORY_LENGTH / BUCKET
const WIDTH_PX = 96
const HEIGHT_PX = 18

export interface Sparkline {
  readonly canvas: HTMLCanvasElement
  readonly series: KeptSeries
  /** The machine's ring now; null: it does not run. */
  readonly ring: () => { samples: Float32Array; newest: number } | null
  /** The value that reaches the top. */
  readonly top: () => number
}

const COLOURS: Readonly<Record<KeptSeries, string>> = { cpuShare: '--accent', memoryUsedKiB: '--machine' }

const shown = new Set<Sparkline>()
let frame: number | null = null

function mean(samples: Float32Array, bucket: number): number {
  let sum = 0
  let count = 0
  for (let at = bucket * BUCKET; at < (bucket + 1) * BUCKET; at += 1) {
    const sample = samples[at] ?? Number.NaN
    if (!Number.isNaN(sample)) {
      sum += sample
      count += 1
    }
  }
  return count === 0 ? Number.NaN : sum / count
}

/** Buckets lie at fixed places of the ring, so that old points keep their height while they move left. */
function draw({ canvas, ring, top }: Sparkline, colour: string, scale: number): void {
  const width = Math.round(WIDTH_PX * scale)
  const height = Math.round(HEIGHT_PX * scale)
  if (canvas.width !== width) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext('2d')
  if (context === null) return
  context.clearRect(0, 0, width, height)
  const source = ring()
  if (source === null) return
  const { samples, newest } = source
  const newestBucket = Math.floor(newest / BUCKET)
  const highest = top()
  const line = 1.3 * scale
  context.lineWidth = line
  context.lineJoin = 'round'
  context.strokeStyle = colour
  context.beginPath()
  let penDown = false
  // The newest bucket is still filling, with samples of ten minutes ago behind: the newest sample stands for it.
  for (let age = POINTS - 1; age >= 0; age -= 1) {
    const bucket = (newestBucket - age + POINTS) % POINTS
    const value = age === 0 ? (samples[newest] ?? Number.NaN) : mean(samples, bucket)
    if (Number.isNaN(value)) {
      penDown = false
      continue
    }
    const x = width - (age * width) / POINTS - line / 2
    const y = height - line - Math.min(1, Math.max(0, value / highest)) * (height - 2 * line)
    if (penDown) context.lineTo(x, y)
    else {
      // A short stroke of its own: a first sample alone is a dot, not nothing.
      context.moveTo(x - line / 2, y)
      context.lineTo(x, y)
    }
    penDown = true
  }
  context.stroke()
}

function paintAll(): void {
  frame = null
  const style = getComputedStyle(document.documentElement)
  const colours = {
    cpuShare: style.getPropertyValue(COLOURS.cpuShare),
    memoryUsedKiB: style.getPropertyValue(COLOURS.memoryUsedKiB),
  }
  const scale = window.devicePixelRatio
  for (const sparkline of shown) draw(sparkline, colours[sparkline.series], scale)
}

/** Draws everything that is shown in the next frame, once, however often it is asked for. */
export function paintSparklines(): void {
  frame ??= requestAnimationFrame(paintAll)
}

/** Keeps a sparkline drawn until the returned function is called. */
export function showSparkline(sparkline: Sparkline): () => void {
  shown.add(sparkline)
  paintSparklines()
  return () => shown.delete(sparkline)
}
