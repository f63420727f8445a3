namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Sees every frame of a connection. Called from the reader's and the writers' threads, one call at a time for each direction; must not block.</summary>
internal interface IFrameObserver
{
    /// <summary>A frame was received whole, or was sent.</summary>
    void OnFrame(in WebSocketFrame frame);
}
