import { catalogue } from './catalogue.ts'
import { consoles } from './console.ts'
import { create } from './create.ts'
import { crossSections } from './cross-section.ts'
import { doctor } from './doctor.ts'
import { files } from './files.ts'
import { guestSetups } from './guest-setup.ts'
import { histories } from './history.ts'
import { hosts } from './hosts.ts'
import { images } from './images.ts'
import { imports } from './imports.ts'
import { jobs } from './jobs.ts'
import { machines } from './machines.ts'
import { monitoring } from './monitoring.ts'
import { repairs } from './repair-procedures.ts'
import { settingsContract } from './settings.ts'
import { snapshots } from './snapshots.ts'
import { storage } from './storage.ts'
import { trash } from './trash.ts'

/** The only language spoken between the window and the engine. */
export const contract = {
  hosts,
  machines,
  trash,
  create,
  catalogue,
  images,
  doctor,
  files,
  guestSetup: guestSetups,
  imports,
  jobs,
  history: histories,
  console: consoles,
  snapshots,
  storage,
  monitoring,
  crossSection: crossSections,
  repairs,
  settings: settingsContract,
}
