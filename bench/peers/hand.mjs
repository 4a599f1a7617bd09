import Database from 'better-sqlite3'
import { changeByHand } from './by-hand.mjs'
import { shapes } from './database.mjs'

const [file, shape, side] = process.argv.slice(2)
const db = new Database(file)
changeByHand(db, shapes[shape], side)
db.close()
