import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a finished process leaves.
struct Outcome {
  /// The exit status; nil where a signal ended the process.
  var status: Int32?
  /// The signal that ended the process, 0 where none did.
  var signal: Int32
  var output: String
  var errors: String
  var seconds: Double
}

/// The built `adc`, run as a process of its own.
struct Executable {
  /// The path of a program to run.
  var path: String

  /// `adc`, beside the test bundle.
  static let adc: Executable = {
    for argument in CommandLine.arguments {
      guard var folder = resolved(argument) else { continue }
      while let slash = folder.lastIndex(of: "/") {
        folder = String(folder[..<slash])
        if access(folder + "/adc", X_OK) == 0 { return Executable(path: folder + "/adc") }
      }
    }
    return Executable(path: "adc is not beside the tests")
  }()

  private static func resolved(_ path: String) -> String? {
    guard path.contains(".xctest"), let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// The shell, for pipes and redirections around `adc`, which its scripts see as `$ADC`.
  static let shell = Executable(path: "/bin/sh")

  /// Runs a shell script in a folder.
  static func script(
    _ text: String, in folder: Folder, limit: Double = 20,
    location: SourceLocation = #_sourceLocation
  ) -> Outcome {
    shell.run(["-c", text], in: folder, limit: limit, location: location)
  }

  /// Runs the program to its end, or kills it and records an issue when the limit has passed.
  ///
  /// - Parameters:
  ///   - interruptWhen: Is asked every millisecond; SIGINT is sent once when it says yes.
  func run(
    _ arguments: [String], input: String = "", in folder: Folder, limit: Double = 20,
    interruptWhen: (() -> Bool)? = nil, location: SourceLocation = #_sourceLocation
  ) -> Outcome {
    let streams = Streams(folder: folder, input: input)
    defer { streams.remove() }
    let start = Self.now()
    guard let process = launch(arguments, streams, folder) else {
      Issue.record("\(path) cannot be started", sourceLocation: location)
      return Outcome(status: nil, signal: 0, output: "", errors: "", seconds: 0)
    }
    var status: Int32 = 0
    var pending = interruptWhen
    while waitpid(process, &status, WNOHANG) == 0 {
      if let isDue = pending, isDue() {
        kill(process, SIGINT)
        pending = nil
      }
      if Self.now() - start > limit {
        Issue.record("\(arguments.prefix(6)) runs past \(limit) s", sourceLocation: location)
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        break
      }
      usleep(1000)
    }
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xff : nil, signal: signal,
      output: Folder.text(of: streams.output), errors: Folder.text(of: streams.errors),
      seconds: Self.now() - start)
  }

  private static func terminated(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    var copies = texts.map { text in strdup(text) }
    copies.append(nil)
    return copies
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func launch(_ arguments: [String], _ streams: Streams, _ folder: Folder) -> pid_t? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // The threads that tests run on block signals, and a process inherits that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let created = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, streams.output, created, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, streams.errors, created, 0o600)
    // The shell changes the folder, which `posix_spawn` can do on some platforms alone.
    let start = ["sh", "-c", #"cd "$0" && exec "$@""#, folder.path, path]
    let words = Self.terminated(start + arguments)
    let variables = Self.terminated(["PATH=/usr/bin:/bin", "ADC=\(Self.adc.path)"])
    defer { for word in words + variables { free(word) } }
    var process: pid_t = 0
    return posix_spawn(&process, "/bin/sh", &actions, &attributes, words, variables) == 0
      ? process : nil
  }
}

/// The files that stand for the three streams of a process.
private struct Streams {
  let input: String
  let output: String
  let errors: String

  init(folder: Folder, input text: String) {
    let base = folder.path + "/.stream-\(UInt64.random(in: 0...UInt64.max))"
    (input, output, errors) = (base + ".in", base + ".out", base + ".err")
    Folder.write(Array(text.utf8), to: input)
  }

  func remove() {
    for path in [input, output, errors] { unlink(path) }
  }
}
