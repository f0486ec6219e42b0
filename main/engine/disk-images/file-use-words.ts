import type { FileUse } from './file-uses.ts'

/** Why a file has to stay as it is, as a sentence in which “it” is the file. */
export function whyNeeded({ owner, role, through }: FileUse): string {
  switch (owner.kind) {
    case 'machine':
      return through === 'itself' ? whyItself(owner.name, role) : whyBelow(owner.name, role)
    case 'trash':
      return `“${owner.name}”, which is in the trash, needs it to come back.`
    case 'job':
      return `“${owner.title}” is under way, or was cut short, and needs it.`
    case 'cloud-image':
      return `It is the cloud image ${owner.imageId}, which new machines are made from.`
    case 'image':
      return `The image ${owner.path} is built on it.`
  }
}

function whyItself(name: string, role: FileUse['role']): string {
  switch (role) {
    case 'disk':
      return `It is also a disk of “${name}”.`
    case 'below-disk':
      return `A disk of “${name}” is built on it.`
    case 'firmware-variables':
      return `“${name}” uses it too.`
    case 'restore-point':
      return `A restore point of “${name}” needs it.`
    case 'saved-state':
      return `The saved state of “${name}” needs it.`
    case 'other':
      return `The definition of “${name}” names it.`
  }
}

function whyBelow(name: string, role: FileUse['role']): string {
  if (role === 'restore-point') return `A disk of a restore point of “${name}” is built on it.`
  return role === 'saved-state'
    ? `A disk of the saved state of “${name}” is built on it.`
    : `A disk of “${name}” is built on it.`
}
