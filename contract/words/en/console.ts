export const console = {
  offThereNoScreen: '“{name}” is off: there is no screen to see.',
  screenSpeaksSpiceStrata: 'The screen of “{name}” speaks SPICE; Strata shows VNC screens.',
  noScreenStrataCould: '“{name}” has no screen that Strata could show.',
  wayConsoleNotOpen: 'This way to the console is not open any more. Open the console again.',
  consoleMachineCannotOpened: 'The console of a machine on {host} cannot be opened from here yet.',
  screenCouldNotFound: 'The screen of “{machine}” could not be found.',
  guestsScreenCouldNot: "The guest's screen could not be reached.",
  screenCouldNotRead: 'The screen of “{name}” could not be read.',
  keysCouldNotSent: 'The keys could not be sent to “{name}”.',
} as const
