import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import type { ArchivedFile } from '../disc/cpio.ts'
import type { DiscFile } from '../disc/iso-tree.ts'

/** What is known of the machine and of the medium that it is installed from. */
export interface AnswerFacts {
  /** osinfo's short name: 'debian12', 'ubuntu22.04', 'win11'. */
  readonly osId: string
  /** libvirt's name: 'x86_64', 'aarch64', 'i686'. */
  readonly architecture: string
  readonly firmware: 'bios' | 'uefi' | 'uefi-secure'
  /** The disk to install on, as the guest names it: '/dev/vda'. Every other disk is left alone. */
  readonly diskDevice: string
  readonly machine: { readonly name: string; readonly uuid: string }
  /** Of the card that a fixed address is for; null: not known. */
  readonly macAddress: string | null
  /** Of the installation medium; null: it has none, or it is not known. */
  readonly volumeLabel: string | null
  /** Where the catalogue says that the medium keeps its kernel and initrd; null: it does not say. */
  readonly kernelPath: string | null
  readonly initrdPath: string | null
  /** Of a Windows medium: its language, and the edition to install by the name in the image; null: English, the usual one. */
  readonly windows: { readonly language: string | null; readonly edition: string | null } | null
  /** Whether a second CD with virtio's drivers for Windows is in the machine. */
  readonly driversDisc: boolean
  /** Where packages are fetched from; null: where the system's makers keep them. */
  readonly mirror: { readonly host: string; readonly path: string; readonly securityPath: string } | null
}

/** What the answers are made from: a password only ever as a hash, except where a format takes none. */
export interface AnswerInput {
  readonly setup: GuestSetup
  readonly facts: AnswerFacts
  readonly hostName: string
  /** For /etc/shadow; '!' where nobody signs in with a password. */
  readonly passwordHash: string
}

export type AnswerKind = 'preseed' | 'autoinstall' | 'kickstart' | 'autoyast' | 'unattend'

/** How a machine installs itself. All of it serves the installation only and is taken away at its end. */
export interface AnswerPlan {
  readonly kind: AnswerKind
  /** A CD beside the installation medium; null: none is needed. */
  readonly disc: { readonly volumeId: string; readonly files: readonly DiscFile[] } | null
  /**
   * The medium's own kernel, started by QEMU itself so that it can be told where its answers are; null: the machine
   * boots from the medium as it is.
   */
  readonly boot: {
    /** Places on the medium, the first that exists is it. Pairs, as a kernel fits its own initrd only. */
    readonly candidates: readonly { readonly kernel: string; readonly initrd: string }[]
    /** Put into the initrd. */
    readonly injected: readonly ArchivedFile[]
    readonly commandLine: string
  } | null
  /**
   * How the installer ends. Where it switches off, that is the sign to take medium and kernel away and to start the
   * system. Where it restarts, the disk must come before the CD in the boot order.
   */
  readonly atEnd: 'powers-off' | 'restarts'
  /** What of the set-up this installer cannot be told, for the page to say so. */
  readonly leavesOut: readonly (keyof GuestSetup)[]
}
