import { checkSetup } from '../../guest-setup/check-setup.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'

/** Each field of the set-up by its name, as whoever reads it wants it. */
export function checkSetupFields({ setup, source }: PartialForm): Finding[] {
  if (setup === undefined || setup === null) return []
  if (source?.kind === 'iso' && source.installs === 'by-hand') return [] // nobody reads it
  return checkSetup(setup, source?.kind === 'iso' ? 'answers' : 'cloud-init').map(({ part, severity, message }) =>
    severity === 'error' ? stopping('setup', 'invalid-input', message, { part }) : warning('setup', message, { part }),
  )
}
