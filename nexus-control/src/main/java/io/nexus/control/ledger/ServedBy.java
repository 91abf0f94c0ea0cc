package io.nexus.control.ledger;

/**
 * What served a request.
 *
 * @param backend the backend's name
 * @param provider who bills
 * @param model the model that ran
 * @param api what was asked of it, such as {@code chat}
 */
public record ServedBy(String backend, String provider, String model, String api) {

  /** What all requests were before there was anything else. */
  public static final String CHAT = "chat";

  /** Nothing did, or nobody knows. */
  public static final ServedBy UNKNOWN = new ServedBy("", "", "", CHAT);

  /** One that was asked to chat. */
  public ServedBy(String backend, String provider, String model) {
    this(backend, provider, model, CHAT);
  }

  /** Makes the texts storable. */
  public ServedBy {
    backend = StorableText.storable(backend);
    provider = StorableText.storable(provider);
    model = StorableText.storable(model);
    api = StorableText.storable(api);
  }
}
