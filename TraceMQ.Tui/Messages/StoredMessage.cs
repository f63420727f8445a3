using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>A full copy of a kept message.</summary>
/// <param name="Id">Its id in the log.</param>
/// <param name="Source">The connection that it came from: <see cref="MessageLog.AddSource"/>.</param>
/// <param name="Message">The message as it was received, apart from what was cut.</param>
/// <param name="OriginalSize">Bytes that the payload had when it came.</param>
/// <param name="IsCut">True where a part of the payload or of the headers was not stored.</param>
internal sealed record StoredMessage(long Id, int Source, Message Message, long OriginalSize, bool IsCut);
