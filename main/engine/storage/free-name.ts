const longestFileNameBytes = 200 // file systems take 255; numbers and endings come on top

/** The name itself when nobody has it, else the first with a number that is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted
  for (let number = 2; ; number += 1) if (!isTaken(`${wanted}-${number}`)) return `${wanted}-${number}`
}

/** A file name's part before the ending, for a machine's or an image's name: cut where a file system would refuse it. */
export function fileStem(name: string): string {
  let stem = name.replace(/^\.+/, '')
  while (Buffer.byteLength(stem) > longestFileNameBytes) stem = [...stem].slice(0, -1).join('')
  return stem === '' ? 'disk' : stem
}

/** Image and firmware variables of a machine lie side by side and have the same stem: both must be free. */
export function freeDiskStem(machineName: string, taken: ReadonlySet<string>): string {
  return freeName(fileStem(machineName), (stem) => taken.has(diskName(stem)) || taken.has(variablesName(stem)))
}

/** What all files of a new machine begin with: free with every ending that Strata gives. */
export function freeMachineStem(machineName: string, taken: ReadonlySet<string>): string {
  const endings = ['.qcow2', '_VARS.fd', '-seed.iso', '-answers.iso', '-kernel', '-initrd']
  return freeName(fileStem(machineName), (stem) => endings.some((ending) => taken.has(`${stem}${ending}`)))
}

export const diskName = (stem: string) => `${stem}.qcow2`
export const variablesName = (stem: string) => `${stem}_VARS.fd`

/** For a copied ISO: its own name, with a number before the ending where that is taken. */
export function freeIsoName(fileName: string, taken: ReadonlySet<string>): string {
  const stem = fileStem(fileName.replace(/\.iso$/i, ''))
  return `${freeName(stem, (each) => taken.has(`${each}.iso`))}.iso`
}
