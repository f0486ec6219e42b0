export const engine = {
  somethingWentWrongInside: 'Something went wrong inside Strata.',
  /** Sentences one behind the other. */
  sentences: '{all:sentences}',
  /** Facts in one line. */
  parts: '{all:parts}',
  thereNoRoomLeft: 'There is no room left for Strata’s own files in {folder}. Make room there and try again.',
  whatAskedForNot: 'What was asked for is not complete, or wrong.',
  valueDoesNotFit: 'The value of “{about}” does not fit.',
  bytes: '{amount:bytes}',
  bytesOf: '{part:bytes} of {whole:bytes}',
  listAddedHostsCould: 'The list of added hosts could not be read, so only those of this computer are shown.',
} as const
