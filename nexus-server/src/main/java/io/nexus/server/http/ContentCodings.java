package io.nexus.server.http;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;
import java.util.NoSuchElementException;

/**
 * Makes the server pass bodies on unchanged, compressed or not; {@link RequestBody} decompresses
 * them within its bounds. The server itself would refuse every coding as malformed.
 */
public final class ContentCodings implements ContentEncodingContext {

  @Override
  public boolean contentEncodingEnabled() {
    return false;
  }

  @Override
  public boolean contentDecodingEnabled() {
    return true;
  }

  @Override
  public boolean contentEncodingSupported(String coding) {
    return false;
  }

  @Override
  public boolean contentDecodingSupported(String coding) {
    return true;
  }

  @Override
  public ContentEncoder encoder(String coding) {
    throw new NoSuchElementException(coding);
  }

  @Override
  public ContentDecoder decoder(String coding) {
    return ContentDecoder.NO_OP;
  }

  @Override
  public ContentEncoder encoder(Headers headers) {
    return ContentEncoder.NO_OP;
  }

  @Override
  public ContentEncodingContextConfig prototype() {
    return ContentEncodingContextConfig.builder()
        .contentEncodingsDiscoverServices(false)
        .buildPrototype();
  }
}
