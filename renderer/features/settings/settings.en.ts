export default {
  title: 'Settings',
  colours: {
    title: 'Colours',
    system: 'As the system has it',
    light: 'Light',
    dark: 'Dark',
  },
  trash: {
    title: 'Trash',
    days: 'Days that a deleted machine is kept',
    explanation: 'After that its files are removed for good. Between 1 and 365.',
  },
  notices: {
    title: 'Desktop notices',
    explanation: 'When a job ends while the window is hidden, Strata tells on the desktop.',
    granted: 'Notices are on.',
    denied: 'This window may not show notices; the system’s or browser’s settings decide that.',
    ask: 'Turn notices on',
  },
  signOut: {
    title: 'This session',
    explanation:
      'Signing out ends this window and all others of this session. Jobs go on. To come back, open the address that Strata then prints, or start it again.',
    act: 'Sign out',
  },
  about: {
    title: 'About',
    version: 'Strata {version}, under the MIT licence.',
    notices: 'Licences of what it contains',
    noNotices: 'The list of licences could not be read.',
  },
  failed: 'The setting could not be kept',
}
