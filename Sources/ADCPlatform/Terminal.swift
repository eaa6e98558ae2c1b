import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The terminal behind standard input, and how it hands over what is typed.
package enum Terminal {
  /// Who handles what is typed.
  package enum Mode: Sendable {
    /// As it was when the process started.
    case original
    /// Every key comes at once and unchanged, Ctrl-C too.
    case keys
    /// Nothing is echoed, Ctrl-C interrupts; for work between two lines.
    case working
  }

  /// What waiting for keys ended with.
  package enum Event: Sendable {
    case bytes([UInt8])
    case nothing
    /// The terminal has another size.
    case resized
    case end
  }

  private static let isResized = Atomic<Bool>(false)
  nonisolated(unsafe) private static var original: termios?

  /// Remembers how the terminal is, and gives it back so when the process is ended from outside;
  /// false where there is none.
  package static func begin() -> Bool {
    var settings = termios()
    guard isatty(0) == 1, tcgetattr(0, &settings) == 0 else { return false }
    original = settings
    _ = signal(SIGWINCH) { _ in Terminal.isResized.store(true, ordering: .relaxed) }
    for number in [SIGTERM, SIGHUP] {
      _ = signal(number) { number in
        Terminal.set(.original)
        _exit(128 + number)
      }
    }
    return true
  }

  /// Changes the mode; what is typed already is kept.
  package static func set(_ mode: Mode) {
    guard var settings = original else { return }
    switch mode {
    case .original: break
    case .keys:
      settings.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
      settings.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
      settings.c_oflag &= ~tcflag_t(OPOST)
    case .working:
      settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
    }
    // A background process would be stopped by this, and is once more when it continues.
    while tcsetattr(0, TCSADRAIN, &settings) != 0, errno == EINTR {}
  }

  /// What is typed, waiting for it at most so many milliseconds; negative: for ever.
  package static func wait(milliseconds: Int32) -> Event {
    if isResized.exchange(false, ordering: .relaxed) { return .resized }
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    let ready = poll(&input, 1, milliseconds)
    if isResized.exchange(false, ordering: .relaxed) { return .resized }
    guard ready > 0 else { return .nothing }
    let bytes = CurrentProcess.readStandardInput()
    return bytes.isEmpty ? .end : .bytes(bytes)
  }

  /// The columns and lines of the terminal, 80 and 24 where they are not known.
  package static var size: (columns: Int, lines: Int) {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Stops the process as Ctrl-Z does, until it is continued.
  package static func suspend() {
    set(.original)
    _ = kill(getpid(), SIGTSTP)
  }
}
