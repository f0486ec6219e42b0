/** Every text of the Electron shell: menu and dialogs. The window's own are in renderer/features/. */
export const shellTexts = {
  menu: {
    machine: '&Machine',
    newMachine: 'New machine…',
    settings: 'Settings…',
    view: '&View',
    allMachines: 'All machines',
    cloudImages: 'Cloud images',
    trash: 'Trash',
    about: 'About Strata',
    libvirtDocumentation: 'libvirt’s documentation',
  },
  engineGone: {
    message: 'Strata cannot go on',
    detail: 'Your machines are not affected: they run on without Strata.',
    again: 'Start again',
    quit: 'Quit',
  },
  pageGone: {
    message: 'Strata’s window stopped working',
    detail: (reason: string) =>
      `The page’s process ended (${reason}). Your machines and running jobs are not affected.`,
    again: 'Load again',
    quit: 'Quit',
  },
} as const
