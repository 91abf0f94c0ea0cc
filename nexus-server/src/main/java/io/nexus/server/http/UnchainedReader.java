package io.nexus.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.LazyString;
import java.nio.charset.Charset;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection without a trace of what has been read.
 *
 * <p>Helidon's reader is a list of the buffers that came, each pointing to the next. As soon as one
 * of them has grown old, which an idle connection's last one does, the collector of the young
 * generation takes all that come after it for alive, although nobody can reach them: under load the
 * heap grew by 1.2 KB a request until a full collection. So whenever all has been read, this one
 * begins a list anew.
 *
 * <p>Not for concurrent use.
 */
final class UnchainedReader extends DataReader {

  private final Supplier<byte @Nullable []> source;
  private DataReader current;

  /** A reader of what the source returns; null from it is the end. */
  @SuppressWarnings("removal") // the factory that is to be used instead makes no subclass
  UnchainedReader(Supplier<byte @Nullable []> source) {
    super(source);
    this.source = source;
    this.current = DataReader.create(source);
  }

  private DataReader reader() {
    if (current.available() == 0) {
      current = DataReader.create(source);
    }
    return current;
  }

  @Override
  public int available() {
    return current.available();
  }

  @Override
  public void pullData() {
    reader().pullData();
  }

  @Override
  public void skip(int lenToSkip) {
    reader().skip(lenToSkip);
  }

  @Override
  public void ensureAvailable() {
    reader().ensureAvailable();
  }

  @Override
  public byte read() {
    return reader().read();
  }

  @Override
  public byte lookup() {
    return reader().lookup();
  }

  @Override
  public boolean startsWithNewLine() {
    return reader().startsWithNewLine();
  }

  @Override
  public boolean startsWith(byte[] prefix) {
    return reader().startsWith(prefix);
  }

  @Override
  public BufferData readBuffer() {
    return reader().readBuffer();
  }

  @Override
  public BufferData readBuffer(int length) {
    return reader().readBuffer(length);
  }

  @Override
  public BufferData getBuffer(int length) {
    return reader().getBuffer(length);
  }

  @Override
  public LazyString readLazyString(Charset charset, int len) {
    return reader().readLazyString(charset, len);
  }

  @Override
  public String readAsciiString(int len) {
    return reader().readAsciiString(len);
  }

  @Override
  public byte[] readBytes(int len) {
    return reader().readBytes(len);
  }

  @Override
  public String readLine() {
    return reader().readLine();
  }

  @Override
  public int findOrNewLine(byte b, int max) {
    return reader().findOrNewLine(b, max);
  }

  @Override
  public String debugDataHex() {
    return reader().debugDataHex();
  }

  @Override
  public int findNewLine(int max) {
    return reader().findNewLine(max);
  }
}
