/** How long keys are held that Strata presses: long enough for a guest that polls its keyboard. */
export const keysHeldMs = 50
