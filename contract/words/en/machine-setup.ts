export const machineSetup = {
  whatSetUpInside: 'What was set up inside “{machine}” could not be dismissed.',
  doneInsideGuest: 'It was done inside the guest.',
  setUpInsideAfter: 'Set up inside after {took:elapsed}',
  cloudInitEndedErrors: 'cloud-init ended with errors: {troubles:parts}',
  whatSetUpInsideCannot: 'What was set up inside cannot be read',
  machineNoChannelGuest: 'The machine has no channel to a guest agent.',
  guestAnswersButAgent: 'The guest answers, but its agent lets no files be read.',
  guestAnswersButCloud: 'The guest answers, but cloud-init left no report in it.',
} as const
