export default {
  title: 'Delete {name}?',
  planning: 'Looking up what belongs to it',
  running: '{name} is running. It has to be off before it is deleted.',
  shutDown: 'Shut down first',
  forceOff: 'Force off',
  waiting: 'The guest was asked to shut down {duration} ago.',
  choice: 'What happens to its files',
  choices: {
    trash: 'Move to the trash',
    'delete-disks': 'Delete now',
    'keep-disks': 'Keep the disks',
  },
  explanations: {
    trash:
      'It can be put back for {days} days on which Strata is open, with everything. Until then its files still take their room.',
    'delete-disks': 'The files below are gone at once and cannot be brought back.',
    'keep-disks':
      'Only the machine’s definition goes. Its disks stay where they are, and so does what its firmware keeps.',
  },
  goes: 'Goes',
  trashed: 'Moves to the trash',
  asks: 'Stays, unless you tick it',
  stays: 'Stays',
  unknownSize: 'size not known',
  noFiles: 'It has no files of its own.',
  restorePoints: 'no restore points | one restore point goes with it | {count} restore points go with it',
  roles: {
    disk: 'Disk',
    media: 'Installation medium',
    'firmware-variables': 'Firmware variables',
    'tpm-state': 'TPM state',
    'saved-state': 'Saved state',
  },
  confirm: {
    trash: 'Move {name} to the trash',
    'delete-disks': 'Delete {name}, frees {bytes}',
    'keep-disks': 'Delete {name}, keep its disks',
  },
}
