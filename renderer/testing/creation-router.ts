import { implement } from '@orpc/server'
import type { CreationFinding, NewMachine } from '@strata/contract/create.ts'
import { contract } from '@strata/contract/index.ts'
import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import type { Job } from '@strata/contract/jobs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { definitionReport, type CreationOffers } from './creation-offers.ts'
import { proposalsFor } from './creation-proposals.ts'
import { uuidOf } from './generated-fleet.ts'
import { refusal } from './refusal.ts'

const MIB = 1024 ** 2

type StartJob = (title: string, steps: readonly string[], work: () => Partial<Job>) => { jobId: string }

/** What the page for a new machine asks for. */
export function creationRouter(offers: () => CreationOffers, startJob: StartJob) {
  const os = implement(contract)
  return {
    create: {
      defaults: os.create.defaults.handler(({ input }) => proposalsFor(input.source, input.profile)),
      findMedia: os.create.findMedia.handler(() => [...offers().media]),
      findPastStates: os.create.findPastStates.handler(({ input }) => pastStatesFor(offers(), input.text)),
      inspectMedia: os.create.inspectMedia.handler(({ input, errors }) => {
        const wanted = input.media
        const found = offers().media.find(
          ({ source }) => source.kind === 'file' && wanted.kind === 'file' && source.path === wanted.path,
        )
        if (found === undefined)
          throw errors['not-found'](refusal('There is no file at this path.', { field: 'source' }))
        return found
      }),
      check: os.create.check.handler(({ input }) => findingsAbout(input)),
      preview: os.create.preview.handler(({ input }) => ({
        xml: `<domain type='${input.accelerator}'>\n  <name>${input.name}</name>\n  <memory unit='KiB'>${input.memoryKiB}</memory>\n  <vcpu>${input.vcpuCount}</vcpu>\n</domain>\n`,
      })),
      start: os.create.start.handler(({ input }) =>
        startJob(
          `Creating ${input.name}`,
          ['Check', 'Copy the image', 'Make the disk', 'Define the machine', 'Start it'],
          () => ({ result: { machine: { hostId: 'local', uuid: uuidOf(1, 0) } } }),
        ),
      ),
    },
    storage: {
      listVolumes: os.storage.listVolumes.handler(({ input }) => [
        {
          poolUuid: input.poolUuid,
          name: 'data.qcow2',
          path: '/var/lib/libvirt/images/data.qcow2',
          format: 'qcow2',
          capacityBytes: 100 * 1024 ** 3,
          allocationBytes: 12 * 1024 ** 3,
          backingPath: null,
        },
      ]),
    },
    images: { list: os.images.list.handler(() => [...offers().images]) },
    imports: {
      inspectDefinition: os.imports.inspectDefinition.handler(({ input }) => definitionReport(input.xml)),
    },
    catalogue: {
      search: os.catalogue.search.handler(({ input }) =>
        offers()
          .systems.filter(({ name, osId }) => `${name} ${osId}`.toLowerCase().includes(input.text.toLowerCase()))
          .slice(0, input.limit),
      ),
      os: os.catalogue.os.handler(({ input, errors }) => {
        const found = offers().systems.find(({ osId }) => osId === input.osId)
        if (found === undefined) throw errors['not-found'](refusal('No such system is known.'))
        return {
          ...found,
          uri: `http://example.org/${found.osId}`,
          shortIds: [found.osId],
          codename: null,
          architectures: ['x86_64'],
          variants: [],
          resources: [],
          devices: [],
          devicesWithDrivers: [],
          virtio: 'modern',
          firmware: [],
          tpm: 'optional',
          installScripts: [],
          media: [
            {
              architecture: 'x86_64',
              variants: [],
              url: `https://example.org/${found.osId}.iso`,
              kernelPath: null,
              initrdPath: null,
              isLive: false,
              isInstaller: true,
              installerReboots: 1,
            },
          ],
          trees: [],
          cloudImages: [],
          cloudImageUser: null,
          source: 'osinfo-db',
        }
      }),
    },
    guestSetup: {
      knownKeys: os.guestSetup.knownKeys.handler(() => [
        {
          label: 'id_ed25519, ada@desk',
          publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx ada@desk',
          path: '/home/ada/.ssh/id_ed25519.pub',
        },
      ]),
      writeUserData: os.guestSetup.writeUserData.handler(({ input }) => ({
        userData: userDataOf(input.setup, input.machineName),
      })),
      readUserData: os.guestSetup.readUserData.handler(({ input }) => readUserData(input.setup, input.userData)),
      keyPair: os.guestSetup.keyPair.handler(({ input }) =>
        input.uuid === uuidOf(1, 0)
          ? { fileName: 'web-01.key', privateKey: 'PRIVATE', publicKey: 'ssh-ed25519 AAAA web-01' }
          : null,
      ),
      forgetKeyPair: os.guestSetup.forgetKeyPair.handler(() => undefined),
    },
    history: {
      list: os.history.list.handler(() => [
        {
          atMs: Date.now() - 3_600_000,
          kind: 'created',
          title: 'Created from Debian 12',
          notes: ['From the cloud image Debian 12, as an overlay', 'User ada, one SSH key'],
          commands: ['virt-install --name web-01 --memory 4096 --vcpus 2 --import --disk size=50'],
        },
      ]),
    },
    files: {
      list: os.files.list.handler(({ input }) => ({
        path: input.path ?? '/home/ada/Downloads',
        parentPath: '/home/ada',
        entries: [
          ...offers().media.map((medium) => ({
            name: medium.fileName,
            path: `/home/ada/Downloads/${medium.fileName}`,
            kind: 'file' as const,
            sizeBytes: medium.sizeBytes,
            modifiedAtMs: Date.now(),
            readable: true,
          })),
          {
            name: 'locked',
            path: '/home/ada/Downloads/locked',
            kind: 'folder' as const,
            sizeBytes: null,
            modifiedAtMs: null,
            readable: false,
          },
        ],
        places: [
          { label: unkeyed('Home'), path: '/home/ada' },
          { label: unkeyed('Downloads'), path: '/home/ada/Downloads' },
          { label: unkeyed('pool default'), path: '/var/lib/libvirt/images' },
        ],
      })),
    },
  }
}

function pastStatesFor({ pastStates }: CreationOffers, text: string) {
  const words = text.toLowerCase().split(/\s+/)
  const states = pastStates.filter(({ machineName, name }) =>
    words.every((word) => `${machineName} ${name}`.toLowerCase().includes(word)),
  )
  return { states, hasMore: text === '' && states.length > 0 }
}

/** Findings that some words and amounts bring about, so that each kind can be looked at. */
type CheckedForm = { readonly [K in keyof NewMachine]?: NewMachine[K] | undefined }

function findingsAbout(form: CheckedForm): CreationFinding[] {
  const finding = (
    field: CreationFinding['field'],
    severity: CreationFinding['severity'],
    message: string,
    rest: Partial<CreationFinding> = {},
  ): CreationFinding => ({
    field,
    part: null,
    severity,
    message: unkeyed(message),
    repairs: [],
    suggestion: null,
    ...rest,
  })
  return [
    ...(form.name === 'taken'
      ? [finding('name', 'error', 'There is a machine called “taken” already.', { suggestion: { name: 'taken-2' } })]
      : []),
    ...((form.memoryKiB ?? 0) > 32 * MIB
      ? [
          finding('memoryKiB', 'warning', 'This computer has 32 GiB in all; the machine would swap.', {
            suggestion: { memoryKiB: 16 * MIB },
          }),
        ]
      : []),
    ...(form.network?.kind === 'bridge'
      ? [
          finding('network', 'warning', 'br0 is not up at present.', {
            repairs: [
              {
                label: unkeyed('Set it up'),
                explanation: unkeyed('Brings the bridge up.'),
                command: 'ip link set br0 up',
                action: { kind: 'start-network', hostId: 'local', networkUuid: uuidOf(9, 1) },
              },
            ],
          }),
        ]
      : []),
    ...(form.machineType === 'pc' && form.firmware === 'uefi'
      ? [finding('machineType', 'error', 'UEFI needs a q35 machine here.', { suggestion: { machineType: 'q35' } })]
      : []),
  ]
}

const userDataOf = (setup: GuestSetup, machineName: string): string =>
  [
    '#cloud-config',
    `hostname: ${setup.hostName ?? machineName}`,
    `timezone: ${setup.timeZone}`,
    'users:',
    `  - name: ${setup.userName}`,
    ...(setup.packages.length === 0 ? [] : ['packages:', ...setup.packages.map((name) => `  - ${name}`)]),
    '',
  ].join('\n')

function readUserData(setup: GuestSetup, userData: string) {
  const lines = userData.split('\n')
  const wrong = lines.findIndex((line) => line.includes('\t'))
  const problems =
    wrong === -1 ? [] : [{ message: unkeyed('YAML is not indented by tabs.'), line: wrong + 1, column: 1 }]
  const after = lines.slice(lines.indexOf('packages:') + 1)
  const packages = after.flatMap((line) => /^ {2}- (\S+)$/.exec(line)?.[1] ?? [])
  return {
    setup: { ...setup, packages: lines.includes('packages:') ? packages : [], userData },
    problems,
  }
}
