import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { projectFolder, test } from './run-cli.ts'

const commands = ['plan', 'apply', 'revert', 'status', 'prune', 'init'] as const

test('schema --help names every command and exit code, and has examples', async ({ schema }) => {
  const { code, stdout, stderr } = await schema('--help')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const command of commands) expect(stdout).toContain(`schema ${command} [database..]`)
  for (const exit of ['0', '1', '2', '3', '4', '5', '130']) expect(stdout).toMatch(new RegExp(`\\s${exit} `))
  expect(stdout).toMatch(/Examples:\s+schema plan app\.db --to/)
})

test.for(commands)(
  'schema %s --help has examples of it, and says what each option is for',
  async (command, { schema }) => {
    const { code, stdout, stderr } = await schema(command, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`Examples:\\s+schema ${command} \\w+\\.db`))
    const options = stdout.split('\n').filter((line) => /^ +(-\w, )?--\w/.test(line))
    expect(options.length).toBeGreaterThan(2)
    for (const line of options) expect(line).toMatch(/--[\w-]+ {2,}\w+/)
  },
)

test('--version is that of the package', async ({ schema }) => {
  const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'))
  expect(await schema('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})
