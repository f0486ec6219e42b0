export const jobs = {
  cannotCancelledAnyMore: '“{title}” cannot be cancelled any more.',
  cancelled: 'Cancelled.',
  stillRunning: '“{title}” is still running.',
  strataClosed: 'Strata was closed.',
  failed: '“{title}” failed.',
  taskNotListAny: 'This task is not in the list any more.',
} as const
