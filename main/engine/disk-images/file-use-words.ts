import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { FileUse } from './file-uses.ts'

/** Why a file has to stay as it is, as a sentence in which “it” is the file. */
export function whyNeeded({ owner, role, through }: FileUse): Said {
  switch (owner.kind) {
    case 'machine':
      return through === 'itself' ? whyItself(owner.name, role) : whyBelow(owner.name, role)
    case 'trash':
      return say('diskImages.trashNeedsComeBack', { owner: owner.name })
    case 'job':
      return say('diskImages.underWayOrCut', { owner: owner.title })
    case 'cloud-image':
      return say('diskImages.cloudImageNewMachines', { imageId: owner.imageId })
    case 'image':
      return say('diskImages.imageBuilt', { path: owner.path })
  }
}

function whyItself(name: string, role: FileUse['role']): Said {
  switch (role) {
    case 'disk':
      return say('diskImages.alsoDisk', { name })
    case 'below-disk':
      return say('diskImages.diskBuilt', { name })
    case 'firmware-variables':
      return say('diskImages.usesToo', { name })
    case 'restore-point':
      return say('diskImages.restorePointNeeds', { name })
    case 'saved-state':
      return say('diskImages.savedStateNeeds', { name })
    case 'other':
      return say('diskImages.definitionNames', { name })
  }
}

function whyBelow(name: string, role: FileUse['role']): Said {
  if (role === 'restore-point') return say('diskImages.diskRestorePointBuilt', { name })
  return role === 'saved-state'
    ? say('diskImages.diskSavedStateBuilt', { name })
    : say('diskImages.diskBuilt', { name })
}
