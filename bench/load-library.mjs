/** What every program that uses the library does before it does anything. */
import 'sqlite-converge'
