/**
 * The contract between the cloud worker (the host) and the sandbox workers: plain values through
 * `postMessage`, nothing else. A sandbox is one Lambda execution environment or one terminal
 * process. The host creates it with `new Worker(url, { type: "module" })` and ends it with
 * `terminate()` (time limit, Ctrl-C, after `exit`, `out-of-memory` or an `error` that `exited`). The
 * host also listens for the worker's `error` event: the script itself may fail to load.
 *
 *     host                                sandbox
 *     boot                          ->
 *                                   <-    progress*, module?, snapshot?, booted | boot-failed
 *     init                          ->                             (a function)
 *                                   <-    log*, http*, init-done | init-error
 *     invoke                        ->
 *                                   <-    log*, http*, result | error
 *     run                           ->                             (a process)
 *                                   <-    stdout*, stderr*, http*, stdin-wanted*, files*, exit
 *     http-response, stdin, eof     ->    at any time after `init` or `run`
 *     interrupt                     ->    (a process) Ctrl-C; what only computes does not hear it
 *
 *     a program that listens:
 *                                   <-    listen
 *     connection                    ->
 *                                   <-    connection-data*
 *     connection-closed             ->
 *                                   <-    unlisten
 *                                   <-    out-of-memory            at any time; then silence
 *
 * @typedef {[string, string][]} Headers
 *
 * @typedef {{path: string, bytes: Uint8Array}} File
 *   `path` is relative to the process's folder, with `/`; `~/.aws/config` is in the home folder above it.
 *
 * @typedef {object} Boot
 * @property {"boot"} type
 * @property {string} base  absolute address of the folder with the vendor files, ending in `/`
 * @property {"function" | "process"} kind
 * @property {"boto3" | "awscli"} [preload]  what Python holds when it has started, and so which
 *   snapshot it takes and makes; `awscli` for `aws`, else `boto3` (the default)
 * @property {ArrayBuffer | null} snapshot  what `snapshot` brought earlier on this device, for the
 *   same `preload` and `key`; may be transferred
 * @property {WebAssembly.Module | null} [module]  what `module` brought: saves compiling it again
 * @property {boolean} [wantSnapshot]  make a snapshot when none was given (default true)
 * @property {number} memoryLimitMb
 *
 * @typedef {object} Init
 * @property {"init"} type
 * @property {string} handler  `lambda_function.lambda_handler`
 * @property {Uint8Array} zip  the deployment package
 * @property {Uint8Array[]} [layers]  archives for `/opt`, later ones over earlier ones
 * @property {Record<string, string>} env  the function's variables and those that AWS sets
 * @property {string} functionName
 * @property {string} functionVersion
 * @property {number} memoryMb
 * @property {number} timeoutMs
 * @property {string} logGroup
 * @property {string} logStream
 * @property {string} arn
 * @property {number} [nowMs]  the engine's clock
 *
 * @typedef {object} Invoke
 * @property {"invoke"} type
 * @property {string} requestId
 * @property {string} event  JSON
 * @property {number} deadlineMs  Unix time in ms
 * @property {number} nowMs  the engine's clock; `time.time()` and `Date.now()` go on from it
 * @property {string} [arn]  the invoked ARN, when qualified
 * @property {string} [clientContext]  JSON
 * @property {string} [traceId]
 *
 * @typedef {object} Run
 * @property {"run"} type
 * @property {string[]} argv  `["python", "script.py", ...]` or `["aws", "s3", "ls"]`
 * @property {string} [folder]  the absolute path of the folder that holds the files (default: the project's)
 * @property {string} cwd  relative to that folder, "" for the folder itself
 * @property {File[]} files  the project's files
 * @property {Record<string, string>} env
 * @property {number} columns
 * @property {number} [rows]
 * @property {boolean} isTty
 * @property {number} [nowMs]
 *
 * @typedef {{type: "stdin", data: string}} Stdin
 * @typedef {{type: "eof"}} Eof  the end of the input; at once when nothing is piped and there is no tty
 *
 * @typedef {{type: "interrupt"}} Interrupt
 *   what waits (`input`, `time.sleep`, `accept`, an HTTP call) raises KeyboardInterrupt. A host that gets no
 *   `interrupted` soon has to do with a program that computes, and ends the worker.
 *
 * @typedef {object} Connection  a client has connected to a port that listens, and has sent all it sends
 * @property {"connection"} type
 * @property {number} id  the host's, never used twice
 * @property {number} port
 * @property {Uint8Array} data  a whole request, as its bytes go over TCP
 * @property {[string, number]} [peer]  the client's address and port
 *
 * @typedef {{type: "connection-closed", id: number}} ConnectionClosed  the client has gone
 *
 * @typedef {object} HttpResponse
 * @property {"http-response"} type
 * @property {number} id  of the `http` it answers
 * @property {number} status  0 when there is no such host or no answer; then `error` says why
 * @property {Headers} headers
 * @property {Uint8Array} body
 * @property {string} [error]
 *
 * @typedef {Boot | Init | Invoke | Run | Stdin | Eof | Interrupt | Connection | ConnectionClosed |
 *   HttpResponse} ToSandbox
 *
 * @typedef {{type: "progress", text: string}} Progress  for the status line while booting
 * @typedef {{type: "module", module: WebAssembly.Module}} ModuleMade  keep it in memory
 *
 * @typedef {object} SnapshotMade  made once, before any user code; store it on the device
 * @property {"snapshot"} type
 * @property {"boto3" | "awscli"} preload
 * @property {string} key  changes with the vendor files; a snapshot of another key is refused
 * @property {ArrayBuffer} bytes  transferred
 *
 * @typedef {{type: "booted", ms: number, fromSnapshot: boolean}} Booted
 * @typedef {{type: "boot-failed", reason: "no-stack-switching" | "load-failed" |
 *   "snapshot-refused", message: string}} BootFailed  `snapshot-refused`: forget it, boot again
 *
 * @typedef {{type: "http", id: number, method: string, url: string, headers: Headers,
 *   body: Uint8Array}} Http  a call to AWS, with the real host name
 *
 * @typedef {{type: "log", text: string}} Log  one log event, without its last line feed
 * @typedef {{type: "init-done", ms: number}} InitDone
 * @typedef {{type: "init-error", ms: number, error: FunctionError}} InitError
 *
 * @typedef {object} FunctionError  the payload AWS answers; Python has `stackTrace`, Node `trace`
 * @property {string} errorType
 * @property {string} errorMessage
 * @property {string} [requestId]
 * @property {string[]} [stackTrace]
 * @property {string[]} [trace]
 *
 * @typedef {{type: "result", requestId: string, payload: string, durationMs: number, cpuMs?: number,
 *   maxMemoryMb: number}} Result  `cpuMs`: the duration without what was waited for
 * @typedef {{type: "error", requestId: string, error: FunctionError, exited: boolean,
 *   durationMs: number, cpuMs?: number, maxMemoryMb: number}} InvokeError  `exited`: the environment is gone
 *
 * @typedef {{type: "stdout", data: string}} Stdout
 * @typedef {{type: "stderr", data: string}} Stderr
 * @typedef {{type: "listen", port: number, address: string}} Listen  `address` is `0.0.0.0` for all
 * @typedef {{type: "unlisten", port: number}} Unlisten
 * @typedef {{type: "connection-data", id: number, data: Uint8Array, closed: boolean}} ConnectionData
 *   `closed`: the program has ended the connection; then `data` is empty
 * @typedef {{type: "interrupted"}} Interrupted  the program has heard `interrupt`
 * @typedef {{type: "stdin-wanted"}} StdinWanted  the process waits for input
 * @typedef {{type: "files", files: {path: string, bytes: Uint8Array | null}[]}} Files  while the program waits:
 *   files changed or added, and with `null` those removed, since they were told last
 * @typedef {{type: "exit", code: number, files: {path: string, bytes: Uint8Array | null}[]}} Exit
 *   `files` as in `files`
 *
 * @typedef {{type: "out-of-memory", maxMemoryMb: number}} OutOfMemory
 *
 * @typedef {Progress | ModuleMade | SnapshotMade | Booted | BootFailed | Http | Log | InitDone |
 *   InitError | Result | InvokeError | Stdout | Stderr | StdinWanted | Interrupted | Listen | Unlisten |
 *   ConnectionData | Files | Exit | OutOfMemory} FromSandbox
 */

/** The student's home inside a process; files there have paths that begin with `~/`. */
export const HOME_FOLDER = "/home/student";
/** The project's folder inside a process. */
export const PROJECT_FOLDER = "/home/student/project";
/** Where a function's package is unpacked. */
export const TASK_FOLDER = "/var/task";
