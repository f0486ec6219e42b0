/**
 * A point that Strata took by itself carries a first line in its description that says so. The description is the
 * only text that libvirt keeps with a point and that travels with it; the line is not shown to the user.
 */
const automaticLine = '[strata:automatic]'

export interface PointNote {
  readonly automatic: boolean
  readonly description: string
}

export function writeNote({ automatic, description }: PointNote): string {
  // A user's own text that begins with our line must not pass for it.
  const text = description.startsWith(automaticLine) && !automatic ? ` ${description}` : description
  return automatic ? `${automaticLine}\n${text}` : text
}

export function readNote(stored: string): PointNote {
  const [first, ...rest] = stored.split('\n')
  return first === automaticLine
    ? { automatic: true, description: rest.join('\n') }
    : { automatic: false, description: stored }
}
