export default {
  problem: {
    invalidInput: 'Strata’s engine refused this input.',
    internal: 'Something in Strata went wrong.',
  },
}
