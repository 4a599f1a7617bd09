import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'

/** Where SQLite takes its locks in the file: https://www.sqlite.org/src/file/src/os.h */
const pending = 0x40000000
const [reserved, shared] = [pending + 1, pending + 2]
/** The bytes of the -shm file that a writer, a checkpoint and a recovery lock: https://www.sqlite.org/walformat.html */
const [walWrite, walRecover] = [120, 122]

interface FileLock {
  readonly kind: string
  readonly pid: number
  readonly device: string
  readonly inode: number
  readonly first: number
  readonly last: number
}

/**
 * Says which processes keep others from writing to a database, as far as the system tells: Linux does, of processes that we
 * may look at. To be asked while the own connection holds no lock. No file is opened for it but those of /proc: closing one of the
 * database's would drop the locks of this process.
 */
export function lockHolders(database: string): readonly string[] {
  try {
    const locks = readFileSync('/proc/locks', 'latin1').split('\n').flatMap(readLock)
    const [file, index] = [statOf(database), statOf(`${database}-shm`)]
    const on = (stat: Stats | undefined): readonly FileLock[] => locks.filter((lock) => isOn(lock, stat))
    const writing = [
      ...on(file).filter((lock) => lock.kind === 'WRITE' && lock.last >= pending && lock.first <= shared + 510),
      ...on(index).filter((lock) => lock.kind === 'WRITE' && lock.first <= walRecover && lock.last >= walWrite),
    ]
    // Whoever has a database in WAL mode open has a lock for reading on it, which is in nobody's way.
    const reading = index === undefined ? on(file).filter((lock) => lock.last > reserved) : []
    const holders = writing.length > 0 ? writing : reading
    return [...new Set(holders.map((lock) => lock.pid))].map(describe)
  } catch {
    // Another system, or a process that has ended meanwhile.
    return []
  }
}

/** `1: POSIX  ADVISORY  WRITE 1234 08:01:131107 1073741825 1073741825`; a process that we can't see is 0, or negative. */
function readLock(line: string): readonly FileLock[] {
  const [, kind, pid, device, inode, first, last] =
    /^\d+: +POSIX +\S+ +(\w+) +(\d+) ([0-9a-f]+:[0-9a-f]+):(\d+) (\d+) (\d+|EOF)$/.exec(line) ?? []
  if (kind === undefined || Number(pid) === 0) return []
  const end = last === 'EOF' ? Number.POSITIVE_INFINITY : Number(last)
  return [{ kind, pid: Number(pid), device: device!, inode: Number(inode), first: Number(first), last: end }]
}

/** Some file systems list a lock under another device than a file is said to be on: then the process's open files tell. */
function isOn({ pid, device, inode }: FileLock, stat: Stats | undefined): boolean {
  if (stat === undefined || stat.ino !== inode) return false
  return device === deviceOf(stat) || hasOpen(pid, stat)
}

function deviceOf({ dev }: Stats): string {
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)]
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':')
}

function hasOpen(pid: number, { dev, ino }: Stats): boolean {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).some((name) => {
    const open = statOf(`${folder}/${name}`)
    return open?.dev === dev && open.ino === ino
  })
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

/** How much of a command line is shown. */
const shown = 60

function describe(pid: number): string {
  if (pid === process.pid) return 'a connection of this process'
  const command = commandOf(pid)
  if (command === '') return `process ${pid}`
  return `process ${pid} (${command.length > shown ? `${command.slice(0, shown - 1)}…` : command})`
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replace(/[\s\0]+/g, ' ')
      .trim()
  } catch {
    return ''
  }
}
