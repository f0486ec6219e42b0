export const definitions = {
  changeLeftDefinition: 'That change left the definition as it was.',
  cannotTakenBackPassword:
    'It cannot be taken back: a password belongs to what was changed, and Strata writes no passwords down.',
  cannotTakenBackSame:
    'It cannot be taken back: the same part of the definition was changed again since. Take the later change back first, or change it by hand.',
  definitionCouldNotChanged: 'The definition of “{name}” could not be changed.',
  disappearsWhenStopsNo: '“{machine}” disappears when it stops: it has no definition that could be changed.',
  beingChangedOthersMoment: '“{machine}” is being changed by others at this moment. Nothing was changed; try again.',
  changedSomebodyElseSince:
    '“{machine}” was changed by somebody else since you looked. Nothing was changed; look at it again, then decide.',
  checkedAgain: '{sentence} Have it checked again.',
} as const
