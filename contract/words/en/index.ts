import { catalogue } from './catalogue.ts'
import { console } from './console.ts'
import { create } from './create.ts'
import { crossSection } from './cross-section.ts'
import { definitions } from './definitions.ts'
import { diskImages } from './disk-images.ts'
import { doctor } from './doctor.ts'
import { engine } from './engine.ts'
import { files } from './files.ts'
import { guestSetup } from './guest-setup.ts'
import { history } from './history.ts'
import { hosts } from './hosts.ts'
import { images } from './images.ts'
import { imports } from './imports.ts'
import { jobs } from './jobs.ts'
import { machineSetup } from './machine-setup.ts'
import { machines } from './machines.ts'
import { monitoring } from './monitoring.ts'
import { readiness } from './readiness.ts'
import { repairActs } from './repair-acts.ts'
import { repairs } from './repairs.ts'
import { settings } from './settings.ts'
import { snapshots } from './snapshots.ts'
import { startup } from './startup.ts'
import { storage } from './storage.ts'
import { thisComputer } from './this-computer.ts'
import { trash } from './trash.ts'

/** The English words of every sentence that the engine says: noun, then the sentence’s name. */
export const english = {
  catalogue,
  console,
  create,
  crossSection,
  definitions,
  diskImages,
  doctor,
  engine,
  files,
  guestSetup,
  history,
  hosts,
  images,
  imports,
  jobs,
  machineSetup,
  machines,
  monitoring,
  readiness,
  repairActs,
  repairs,
  settings,
  snapshots,
  startup,
  storage,
  thisComputer,
  trash,
} as const
