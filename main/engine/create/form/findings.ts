import type { CreationFinding, NewMachine } from '@strata/contract/create.ts'
import type { StrataErrorCode } from '@strata/contract/errors.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../../strata-error.ts'

/** A finding, and what kind of error it is when somebody goes on in spite of it. */
export interface Finding extends CreationFinding {
  readonly code: StrataErrorCode
}

type Extras = Partial<Pick<Finding, 'part' | 'repairs' | 'suggestion'>>

export function stopping(field: Finding['field'], code: StrataErrorCode, message: Said, extras: Extras = {}): Finding {
  return { field, part: null, severity: 'error', code, message, repairs: [], suggestion: null, ...extras }
}

export function warning(field: Finding['field'], message: Said, extras: Extras = {}): Finding {
  return {
    field,
    part: null,
    severity: 'warning',
    code: 'invalid-input',
    message,
    repairs: [],
    suggestion: null,
    ...extras,
  }
}

/** A finding from what went wrong when a value was looked at. */
export function fromError(field: Finding['field'], error: StrataError, extras: Extras = {}): Finding {
  return stopping(field, error.code, error.said, { repairs: error.data.repairs, ...extras })
}

export function toError(finding: Finding): StrataError {
  return new StrataError(finding.code, finding.message, { field: finding.field, repairs: finding.repairs })
}

/** The form as far as it is filled in. */
export type PartialForm = { readonly [Field in Exclude<keyof NewMachine, 'hostId'>]?: NewMachine[Field] | undefined }
