import type { EngineProcess } from './engine-process.ts'
import { creationActs } from './creation-acts.ts'
import { pointActs } from './point-acts.ts'
import { trashActs } from './trash-acts.ts'
import { plain, refOf, running, toTheEnd, type TrialAct } from './trial-act.ts'
import type { Subject, TrialPlace } from './trial-place.ts'
import { keepsContent } from './trial-checks.ts'
import { damage, isSound } from './trial-images.ts'

const keepsP = (place: TrialPlace, _engine: EngineProcess, subject: Subject) => keepsContent(place, subject, 'P')

const machineActs: readonly TrialAct[] = [
  {
    name: 'rename',
    covers: ['machines.rename'],
    virsh: ['start', 'domrename'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.rename', { ...refOf(subject), name: `${subject.name}-renamed` }),
    faults: keepsP,
  },
  {
    name: 'make a template',
    covers: ['machines.setTemplate'],
    virsh: ['start', 'domrename'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.setTemplate', { ...refOf(subject), isTemplate: true }),
    faults: keepsP,
  },
  {
    name: 'start with the host',
    covers: ['machines.setAutostart'],
    virsh: ['start', 'domrename'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.setAutostart', { ...refOf(subject), autostart: true }),
    faults: keepsP,
  },
  {
    name: 'start',
    covers: ['machines.power'],
    virsh: ['start', 'domrename'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.power', { ...refOf(subject), action: 'start' }),
    faults: keepsP,
  },
  {
    name: 'save',
    covers: ['machines.save'],
    runs: true,
    virsh: ['destroy'],
    prepare: running,
    act: (engine, subject) => toTheEnd(engine, 'machines.save', refOf(subject)),
    faults: async (place, _engine, subject, kind) => {
      const domain = await place.find(subject.uuid)
      const lives = domain !== null && ((await domain.isActive()) || (await domain.hasManagedSaveImage()))
      const wasEnded = kind === 'guest-killed' || kind === 'virsh destroy'
      return [...(await keepsContent(place, subject, 'P')), ...(lives || wasEnded ? [] : ['What ran in it is lost.'])]
    },
  },
  {
    name: 'mend an image',
    covers: ['repairs.run'],
    virsh: ['start', 'domrename'],
    prepare: async (place) => {
      const subject = await plain(place)
      await damage(subject.diskPath)
      if (await isSound(subject.diskPath)) throw new Error('The image is not damaged, so nothing would be mended.')
      return subject
    },
    act: async (engine, subject) => {
      await engine.ask('repairs.run', { ...refOf(subject), kind: 'mend-image', path: subject.diskPath })
      await engine.ask('until-settled')
    },
    faults: async (place, _engine, subject, kind) => {
      const wrong = await keepsContent(place, subject, 'P')
      if (kind === null && !(await isSound(subject.diskPath))) wrong.push('It is not mended.')
      return wrong
    },
  },
]

export const trialActs: readonly TrialAct[] = [...trashActs, ...creationActs, ...machineActs, ...pointActs]

export const untried: Readonly<Record<string, string>> = {
  'hosts.reconnect': 'opens a connection',
  'history.undo': 'takes back by acts that are tried here; its conditions have tests of their own',
  'hosts.startDaemon': 'starts a daemon',
  'hosts.tryAddress': 'opens a connection and closes it',
  'hosts.add': 'changes a file of Strata’s own; the list of hosts has tests of its own',
  'hosts.rename': 'changes a file of Strata’s own',
  'hosts.remove': 'changes a file of Strata’s own; nothing on the host is touched',
  'hosts.retryKvm': 'measures',
  'machines.dismissSetup': 'changes Strata’s own note in a definition, by the same call as a template',
  'images.discard': 'deletes a file of Strata’s own that can be fetched again',
  'images.remove': 'deletes what can be fetched again; that nothing needs it has tests of its own',
  'images.download': 'fetches; downloads are tried at every byte in their own tests',
  'jobs.cancel': 'ends a job, which is tried as such',
  'jobs.dismiss': 'forgets what has ended',
  'settings.change': 'changes a file of Strata’s own',
  'console.open': 'gives a ticket',
  'console.screenshot': 'looks',
  'snapshots.takeBackForgotten': 'writes a note for a point that the images hold, or none; it has tests of its own',
  'snapshots.removeForgotten': 'removes what libvirt does not know, as it is asked to; it has tests of its own',
  'console.sendKeys': 'presses keys',
  'guestSetup.forgetKeyPair': 'deletes a file of Strata’s own, as it is asked to',
}
