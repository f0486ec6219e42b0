const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

interface Scaled {
  readonly text: string
  readonly unit: string
}

/** '6.4 GiB'; one digit after the point below ten, where it says something. */
export function byteText(bytes: number): string {
  const { text, unit } = scaled(bytes)
  return `${text} ${unit}`
}

/** '6.4 of 50 GiB', or '512 MiB of 50 GiB' where the units differ. */
export function byteShareText(bytes: number, ofBytes: number): string {
  const [part, whole] = [scaled(bytes), scaled(ofBytes)]
  return part.unit === whole.unit
    ? `${part.text} of ${whole.text} ${whole.unit}`
    : `${part.text} ${part.unit} of ${whole.text} ${whole.unit}`
}

export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`
}

function scaled(bytes: number): Scaled {
  let [value, unit] = [Math.max(0, bytes), 0]
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return { text: value.toFixed(digits).replace(/\.0$/, ''), unit: units[unit] ?? '' }
}
