package io.nexus.server.sink;

import io.nexus.config.SpendSinkConfig.Target.Lines;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.spi.SpendSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file of JSON lines. At its maximum size it is renamed to {@code FILE.1}, that to {@code
 * FILE.2}, and so on; the last is deleted. It is reopened for each batch, so that another program
 * may also move it away.
 */
final class LineFile implements SpendSink {

  private static final int TAIL = 64 * 1024;

  private final Lines lines;
  private boolean wholeLines;

  LineFile(Lines lines) {
    this.lines = lines;
  }

  @Override
  public void accept(List<SpendRecord> records) throws IOException {
    var file = lines.path().toAbsolutePath();
    Files.createDirectories(file.getParent());
    if (Files.exists(file) && Files.size(file) >= lines.maxBytes()) {
      rotate(file);
    }
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = wholeLines ? channel.size() : endOfLines(channel);
      wholeLines = false;
      var bytes = ByteBuffer.wrap(RecordLines.lines(records));
      for (long at = end; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
      channel.force(false);
      wholeLines = true;
    }
  }

  /** Removes an incomplete last line of an earlier process; its record is delivered again. */
  private static long endOfLines(FileChannel channel) throws IOException {
    long size = channel.size();
    while (size > 0) {
      long from = Math.max(0, size - TAIL);
      var tail = ByteBuffer.allocate((int) (size - from));
      while (tail.hasRemaining() && channel.read(tail, from + tail.position()) >= 0) {
        // Until everything is read.
      }
      for (int i = tail.position() - 1; i >= 0; i--) {
        if (tail.get(i) == '\n') {
          channel.truncate(from + i + 1);
          return from + i + 1;
        }
      }
      size = from;
    }
    channel.truncate(0);
    return 0;
  }

  private void rotate(Path file) throws IOException {
    for (int i = lines.maxFiles() - 1; i > 0; i--) {
      var from = i == 1 ? file : numbered(file, i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(file, i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.deleteIfExists(file);
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void close() {}
}
