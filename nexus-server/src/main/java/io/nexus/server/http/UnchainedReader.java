package io.nexus.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.LazyString;
import io.helidon.http.BadRequestException;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.nio.charset.Charset;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection without keeping references to data already read.
 *
 * <p>Helidon's reader is a linked list of buffers. Once a buffer is promoted to the old generation,
 * as an idle connection's last one is, young collections treat all later buffers as alive although
 * they are unreachable: under load the heap grew by 1.2 KB a request until a full collection. So
 * this reader starts a new list whenever everything has been read.
 *
 * <p>Not for concurrent use.
 */
final class UnchainedReader extends DataReader {

  private static final String LINE_END = "\r\n";

  private static final Status HEADERS_TOO_LONG =
      Status.create(431, "Request Header Fields Too Large");

  /** The bytes of a body's chunk extensions and trailers, which are not used. */
  private static final int MAX_EXTRA = 16 * 1024;

  /** The characters of a method: RFC 9110, section 5.6.2. */
  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  private final Supplier<byte @Nullable []> source;
  private final BooleanSupplier firstLineIsDue;
  private DataReader current;
  private boolean firstLine;
  private boolean afterLastChunk;
  private int extra;

  /**
   * Reads from the source, whose null is the end.
   *
   * @param firstLineIsDue whether the first line of a request comes next; false at further calls
   */
  @SuppressWarnings("removal") // the replacement factory cannot create a subclass
  UnchainedReader(Supplier<byte @Nullable []> source, BooleanSupplier firstLineIsDue) {
    super(source);
    this.source = source;
    this.firstLineIsDue = firstLineIsDue;
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

  /**
   * Helidon skips two bytes after the data of a chunk without checking them; other bytes there
   * would be lost from the next request. Checks them.
   */
  @Override
  public void skip(int lenToSkip) {
    if (lenToSkip != LINE_END.length()) {
      reader().skip(lenToSkip);
    } else if (read() != LINE_END.charAt(0) || read() != LINE_END.charAt(1)) {
      throw new BadRequestException("a line or a chunk does not end where it should");
    }
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

  /** Refuses a first line without a method, which Helidon would report as an internal failure. */
  @Override
  public byte[] readBytes(int len) {
    var bytes = reader().readBytes(len);
    boolean first = firstLine;
    firstLine = false;
    if (first && !beginsWithMethod(bytes)) {
      throw new BadRequestException("the request begins with no method");
    }
    return bytes;
  }

  private static boolean beginsWithMethod(byte[] line) {
    int i = 0;
    while (i < line.length && isOfToken(line[i])) {
      i++;
    }
    return i > 0 && i < line.length && line[i] == ' ';
  }

  private static boolean isOfToken(byte b) {
    return (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || (b >= '0' && b <= '9')
        || (b > ' ' && TOKEN.indexOf(b) >= 0);
  }

  /**
   * Reads the line with the size of a chunk, or the one after the last chunk, for which alone the
   * server uses this. It knows neither extensions nor trailers, so they are left out.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, section 7.1</a>
   */
  @Override
  public String readLine() {
    if (afterLastChunk) {
      afterLastChunk = false;
      while (!shortLine().isEmpty()) {
        // A trailer.
      }
      extra = 0;
      return "";
    }
    var line = shortLine();
    int end = line.indexOf(';');
    var size = end < 0 ? line : line.substring(0, end).stripTrailing();
    extra -= size.length();
    afterLastChunk = isZero(size);
    return size;
  }

  private String shortLine() {
    int length = reader().findNewLine(MAX_EXTRA - extra + 1);
    extra += length;
    if (extra > MAX_EXTRA) {
      throw new BadRequestException("the extensions or trailers of a body are too long");
    }
    var line = length == 0 ? "" : reader().readAsciiString(length);
    skip(LINE_END.length());
    return line;
  }

  private static boolean isZero(String size) {
    return !size.isEmpty() && size.chars().allMatch(digit -> digit == '0');
  }

  @Override
  public int findOrNewLine(byte b, int max) {
    return withinHead(reader().findOrNewLine(b, max), max);
  }

  /** Refuses a head beyond its limit, which Helidon would call malformed. */
  private int withinHead(int at, int max) {
    if (at != max) {
      return at;
    }
    throw RequestException.builder()
        .type(EventType.BAD_REQUEST)
        .status(HEADERS_TOO_LONG)
        .message("the headers are too long")
        .build();
  }

  @Override
  public String debugDataHex() {
    return reader().debugDataHex();
  }

  /**
   * Finds the end of a header, or of a request's first line, before which blank ones are skipped.
   */
  @Override
  public int findNewLine(int max) {
    if (!firstLineIsDue.getAsBoolean()) {
      return withinHead(reader().findNewLine(max), max);
    }
    firstLine = true;
    while (reader().startsWithNewLine()) {
      reader().skip(LINE_END.length());
    }
    return reader().findNewLine(max);
  }
}
