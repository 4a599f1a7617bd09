export { toolVersion } from '../library/version.ts'
