import { forwardPorts } from './ports'

/** The capture window asks main for nothing: it is given its ports. */
forwardPorts()
